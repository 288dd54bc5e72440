import { spokenIn, type Language } from '../../locales/languages.ts';

const en = {
  title: 'Token for the page',
  why: 'A page elsewhere shows your metrics with a token of its own: for these metrics, on that page, and until you revoke it.',
  page: 'Address of the page',
  life: 'Good for',
  lives: { '2592000': '30 days', '7776000': '90 days', '31536000': 'a year', never: 'until revoked' },
  make: 'Make a token',
  made: 'The token is in the HTML.',
  notAnAddress: 'Give the address of the page, such as https://example.com.',
  command: 'Pages elsewhere need a token. Make one where the agent runs, and set it as the attribute token:',
  withoutToken: 'Or start the agent so that a site needs none:',
  withoutTokenHere: 'Or start this agent or gateway with this option, so that a site needs none:',
  tokens: 'Tokens in use',
  revoke: 'Revoke',
  revokeOf: (what: string, id: string) => `Revoke the token for ${what} (${id})`,
  on: (origins: string) => `on ${origins}`,
  anywhere: 'on any page',
  until: (date: string) => `until ${date}`,
  forEver: 'until revoked',
};

const zhHans: typeof en = {
  title: '网页令牌',
  why: '其他网站的网页用自己的令牌显示您的指标：只限这些指标和该网页，直到您将其吊销。',
  page: '网页地址',
  life: '有效期',
  lives: { '2592000': '30 天', '7776000': '90 天', '31536000': '一年', never: '直到吊销' },
  make: '生成令牌',
  made: '令牌已写入 HTML。',
  notAnAddress: '请填写网页地址，例如 https://example.com。',
  command: '其他网站的网页需要令牌。请在运行代理程序的主机上生成令牌，并设为属性 token：',
  withoutToken: '或者这样启动代理程序，某网站即无需令牌：',
  withoutTokenHere: '或者以此选项启动此代理程序或网关，某网站即无需令牌：',
  tokens: '使用中的令牌',
  revoke: '吊销',
  revokeOf: (what, id) => `吊销用于 ${what} 的令牌（${id}）`,
  on: (origins) => `用于 ${origins}`,
  anywhere: '用于任何网页',
  until: (date) => `有效期至 ${date}`,
  forEver: '直到吊销',
};

export function embedTokenMessages(language: Language): typeof en {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
