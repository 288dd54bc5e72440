/** There is no encrypting with these files. `message` names them and the settings. */
export class TlsFilesError extends Error {
  readonly code = 'tls_files';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TlsFilesError';
  }
}
