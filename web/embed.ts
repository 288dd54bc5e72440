/**
 * Entry of the script for other people's pages, served at /embed/metrics-panel.js: defines the elements. Pages in a language other
 * than English and Chinese can add its messages.
 */
import './elements/metrics-panel/metrics-panel.ts';

export {
  addLanguage,
  type PartialMessages,
  type PartialMessages as PartialWords,
} from './locales/languages.ts';
