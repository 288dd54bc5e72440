/**
 * Entry of the one-file module for other people's pages, served at /embed/metrics-panel.js: defines the elements. A page that speaks
 * another language than English and Chinese can add its  *.
 */
import './elements/metrics-panel/metrics-panel.ts';

export { addLanguage, type PartialMessages } from './locales/languages.ts';
