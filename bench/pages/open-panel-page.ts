import type { Page } from 'playwright';

/**
 * Puts one of this folder's pages, which show `metrics`, into `page`.
 * @param page one that ignores policies of content, which no page of an agent would let a bench's script pass
 * @param url of the agent
 * @param script the page, bundled
 */
export async function openPanelPage(
  page: Page,
  { url, metrics, script }: { url: string; metrics: readonly string[]; script: string },
): Promise<void> {
  // Any document of the agent's: pages that Playwright answers may not speak to this machine.
  await page.goto(`${url}/healthz?metrics=${metrics.join(',')}`);
  await page.evaluate(() => document.body.replaceChildren());
  await page.addScriptTag({ path: script, type: 'module' });
}
