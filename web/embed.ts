/** Entry of the one-file module for other people's pages, served at /embed/metrics-panel.js: defines the elements. */
import './elements/metrics-panel/metrics-panel.ts';
