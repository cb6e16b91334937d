import { expect, test } from "vitest";
import { passwordOf } from "./accounts.ts";
import { startTarget } from "./server.ts";

const NAME = "ada@example.com";

async function ask(url: string, method: string, path: string, init: RequestInit = {}) {
  const response = await fetch(`${url}${path}`, { method, ...init });
  const body = (await response.json()) as Readonly<Record<string, string>>;
  return { status: response.status, cookie: response.headers.get("set-cookie"), body };
}

function credentials(email: string, password = passwordOf(email)): RequestInit {
  return { body: JSON.stringify({ email, password }) };
}

test("a password that anyone can compute: the first 12 hex digits of the name's SHA-256", () => {
  expect(passwordOf("user-1@example.com")).toBe("128071f98df9");
});

test("log in, be known by token or cookie, log out, be unknown", async () => {
  const target = await startTarget();
  try {
    const { url } = target;
    expect(await ask(url, "GET", "/account")).toMatchObject({ status: 401 });
    const first = await ask(url, "POST", "/login", credentials(NAME));
    const token = first.body.token;
    expect(first).toMatchObject({ status: 200, cookie: `sid=${token}; Path=/; HttpOnly` });
    const bearer = { headers: { authorization: `Bearer ${token}` } };
    expect(await ask(url, "GET", "/account", bearer)).toMatchObject({ status: 200, body: { email: NAME } });
    const cookie = { headers: { cookie: `a=b; sid=${token}` } };
    expect(await ask(url, "GET", "/account", cookie)).toMatchObject({ status: 200, body: { email: NAME } });
    expect(await ask(url, "POST", "/logout", bearer)).toMatchObject({ status: 200 });
    expect(await ask(url, "POST", "/logout", bearer)).toMatchObject({ status: 401 });
    expect(await ask(url, "GET", "/account", cookie)).toMatchObject({ status: 401 });
  } finally {
    await target.close();
  }
});

test("what is refused: wrong passwords, a second session, and with ?once credentials that were used", async () => {
  const target = await startTarget();
  try {
    const { url } = target;
    expect(await ask(url, "POST", "/login", credentials(NAME, "guess"))).toMatchObject({ status: 401 });
    expect(await ask(url, "POST", "/login", { body: "email=" })).toMatchObject({ status: 400 });
    const first = await ask(url, "POST", "/login?once", {
      body: new URLSearchParams({ email: NAME, password: passwordOf(NAME) }),
    });
    expect(first).toMatchObject({ status: 200 });
    expect(await ask(url, "POST", "/login", credentials(NAME))).toMatchObject({ status: 409 });
    await ask(url, "POST", "/logout", { headers: { authorization: `Bearer ${first.body.token}` } });
    expect(await ask(url, "POST", "/login?once", credentials(NAME))).toMatchObject({ status: 409 });
    expect(await ask(url, "POST", "/login", credentials(NAME))).toMatchObject({ status: 200 });
  } finally {
    await target.close();
  }
});
