/**
 * The data of each event in a text of server-sent events, which may come in any pieces (HTML standard, section 9.2.6). Names, ids and times
 * to wait are not looked at: the protocol has its own. What a stream that ends left unfinished is dropped.
 */
export function eventStreamData(): TransformStream<string, string> {
  let unfinished = '';
  let isAfterReturn = false;
  let data: string[] = [];
  return new TransformStream({
    transform: (chunk, stream) => {
      if (chunk === '') return;
      const lines = (unfinished + (isAfterReturn ? chunk.replace(/^\n/, '') : chunk)).split(/\r\n?|\n/);
      isAfterReturn = chunk.endsWith('\r');
      unfinished = lines.pop() ?? '';
      for (const line of lines) {
        const field = /^data(?:: ?(.*))?$/s.exec(line);
        if (field !== null) {
          data.push(field[1] ?? '');
        } else if (line === '') {
          if (data.length > 0) stream.enqueue(data.join('\n'));
          data = [];
        }
      }
    },
  });
}
