/** Whether the page may notify through the browser; `asks` if the reader has not said yet. */
export type NoticeSupport = 'may' | 'asks' | 'denied' | 'insecure' | 'missing';

export function noticeSupport(): NoticeSupport {
  if (!isSecureContext) return 'insecure';
  if (!('Notification' in window)) return 'missing';
  const { permission } = Notification;
  if (permission === 'default') return 'asks';
  return permission === 'granted' ? 'may' : 'denied';
}

/** Asks the reader, if needed: call it from a click, else browsers refuse. Returns whether the page may. */
export async function askForNotices(): Promise<boolean> {
  if (noticeSupport() === 'asks') await Notification.requestPermission();
  return noticeSupport() === 'may';
}
