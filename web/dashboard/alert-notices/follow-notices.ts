import type { AlertView } from '../../../shared/protocol/messages.ts';
import { formatDuration, formatReading } from '../../locales/format.ts';
import { spokenIn, type Language } from '../../locales/languages.ts';
import type { AlertNews } from '../../state/alert-news.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import { isTrouble } from '../../state/alerts.ts';
import { subjectOf, titleOf } from '../alert-subject.ts';

const en = {
  on: (title: string, host: string) => `${title} on ${host}`,
  over: (title: string) => `Over: ${title}`,
  lasted: (duration: string) => `It lasted ${duration}.`,
};
const zhHans: typeof en = {
  on: (title, host) => `${host}：${title}`,
  over: (title) => `已结束：${title}`,
  lasted: (duration) => `持续了 ${duration}。`,
};

/**
 * Shows a notification of the browser for each alert that begins to ask for attention, and changes it when the alert is over. Of several tabs of this
 * dashboard, one does: the others wait for its end. Returns the undo.
 * @param open shows the alerts, after a click on a notification
 */
export function followNotices(
  { hosts }: DashboardState,
  news: AlertNews,
  language: Language,
  open: () => void,
): () => void {
  if (!isSecureContext || !('Notification' in window) || Notification.permission !== 'granted')
    return () => {};
  const messages = spokenIn(language, { en, 'zh-Hans': zhHans });
  const shown = new Map<string, Notification>();
  let isOurs = false;

  const show = (alert: AlertView, title: string, body: string, isQuiet: boolean): void => {
    let notice: Notification;
    try {
      notice = new Notification(title, {
        body,
        tag: `metrics-panel ${alert.id}`,
        icon: new URL('app-icon.svg', document.baseURI).href,
        lang: language.spoken,
        silent: isQuiet,
        requireInteraction: !isQuiet && isTrouble(alert) && alert.outcome === null,
      });
    } catch {
      // Android knows only notifications of service workers.
      return;
    }
    shown.set(alert.id, notice);
    // One that replaces another of its tag closes that one.
    notice.addEventListener('close', () => {
      if (shown.get(alert.id) === notice) shown.delete(alert.id);
    });
    notice.addEventListener('click', () => {
      window.focus();
      notice.close();
      open();
    });
  };
  const nameOf = (alert: AlertView): string =>
    messages.on(titleOf(alert, language), hosts.shown?.label ?? alert.host);
  const fired = (alert: AlertView): void => {
    const reading = alert.value === null ? '' : formatReading(alert.value, alert.unit, language.tag);
    const subject = subjectOf(alert, hosts.catalogue, language);
    show(alert, nameOf(alert), [subject, reading].filter((part) => part !== '').join(': '), false);
  };
  const ended = (alert: AlertView): void => {
    const notice = shown.get(alert.id);
    // The reader has closed it: they know.
    if (notice === undefined) return;
    const { firedMs, endedMs, outcome } = alert;
    if (outcome !== 'resolved' || firedMs === null || endedMs === null) notice.close();
    else
      show(
        alert,
        messages.over(nameOf(alert)),
        messages.lasted(formatDuration(endedMs - firedMs, language.tag)),
        true,
      );
  };

  const leave = new AbortController();
  const { signal } = leave;
  const left = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  // One per path, as the token: behind a reverse proxy, another agent may have the same origin.
  const name = `metrics-panel.notices ${new URL('.', document.baseURI).pathname}`;
  navigator.locks
    .request(name, { signal }, async () => {
      isOurs = true;
      await left;
    })
    .catch(() => {
      // Left before it was our turn.
    });
  const undo = [
    news.onNew((added) => {
      if (isOurs) for (const alert of added) fired(alert);
    }),
    news.onEnd(ended),
    () => leave.abort(),
  ];
  return () => {
    for (const one of undo) one();
  };
}
