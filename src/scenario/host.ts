/** Which texts are hosts: DNS names, IPv4 addresses and IPv6 addresses (RFC 3986 section 3.2.2, RFC 4291 section 2.2). */

/** Whether `text` is a DNS name or an IPv4 address. A name whose last label is a number must be an IPv4 address. */
export function isHostName(text: string): boolean {
  if (text.length > 253) return false;
  const labels = (text.endsWith(".") ? text.slice(0, -1) : text).split(".");
  if (/^[0-9]+$/.test(labels.at(-1)!)) return isIpv4(text);
  return labels.every((label) => /^(?!-)[A-Za-z0-9_-]{1,63}(?<!-)$/.test(label));
}

/** Whether `text` is an IPv6 address without brackets and zone. */
export function isIpv6(text: string): boolean {
  const halves = text.split("::");
  if (text.length > 45 || halves.length > 2) return false;
  let groups = 0;
  for (const [index, half] of halves.entries()) {
    if (half === "") continue;
    const parts = half.split(":");
    const last = parts.at(-1)!;
    const isEnd = index === halves.length - 1;
    if (isEnd && last.includes(".")) {
      if (!isIpv4(last)) return false;
      parts.pop();
      groups += 2;
    }
    if (!parts.every((part) => /^[0-9A-Fa-f]{1,4}$/.test(part))) return false;
    groups += parts.length;
  }
  return halves.length === 2 ? groups < 8 : groups === 8;
}

function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255);
}
