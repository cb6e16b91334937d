/** Rows of comma-separated values: RFC 4180 with bare newlines. */

/** The line of these fields, with its newline. What is not there is an empty field. */
export function csvRow(fields: readonly unknown[]): string {
  return `${fields.map((field) => quoted(String(field ?? ""))).join(",")}\n`;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
