import { spokenIn, type Language } from '../../locales/languages.ts';

const en = {
  title: 'The agent asks for a token',
  token: 'Token',
  show: 'Show the metrics',
  wait: (duration: string) => `You can try again in ${duration}.`,
  where:
    'The agent printed it when it was first started, or keeps it in the file admin-token of its state folder.',
};

const zhHans: typeof en = {
  title: '代理程序要求提供令牌',
  token: '令牌',
  show: '显示指标',
  wait: (duration) => `${duration}后可以重试。`,
  where: '代理程序首次启动时会显示令牌，并将其保存在状态文件夹的 admin-token 文件中。',
};

export function tokenFormMessages(language: Language): typeof en {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}
