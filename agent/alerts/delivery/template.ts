import type { Template } from '../alert-settings.ts';
import { isTemplateField, PLACEHOLDER, type TemplateField } from '../template-fields.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
export type TemplateFields = Readonly<Record<TemplateField, Json>>;

/** Fills the strings of a JSON value. What is filled in is never read as a template itself. */
export function fillTemplate(template: Template, fields: TemplateFields): Json {
  if (typeof template === 'string') return fillString(template, fields);
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) return template.map((part: Template) => fillTemplate(part, fields));
  return Object.fromEntries(
    Object.entries(template).map(([name, part]) => [name, fillTemplate(part, fields)]),
  );
}

/** @param escape makes a value safe for the format that the text is in */
export function fillText(
  template: string,
  fields: TemplateFields,
  escape: (text: string) => string = (text) => text,
): string {
  return template.replaceAll(PLACEHOLDER, (placeholder, inner: string) => {
    const name = inner.trim();
    return isTemplateField(name) ? escape(textOf(fields[name])) : placeholder;
  });
}

/** A placeholder alone becomes the value itself. */
function fillString(template: string, fields: TemplateFields): Json {
  const [whole, inner = ''] = new RegExp(`^${PLACEHOLDER.source}$`).exec(template) ?? [];
  const name = inner.trim();
  return whole !== undefined && isTemplateField(name) ? fields[name] : fillText(template, fields);
}

function textOf(value: Json): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
