import { expect, it } from "vitest";
import { accessOf, askedOf, kindOf, valuesOf, wrongIn, type AccessKind, type AccessValues } from "./access";

const typed = (kind: AccessKind, more: AccessValues): AccessValues => ({ ...valuesOf(kind), ...more });

it.each([
  ["snmp_poll", "snmp"],
  ["api_poll", "http"],
  ["ssh", "ssh"],
  ["webhook", undefined],
  ["toString", undefined],
])("knows how %s is signed in to", (method, kind) => {
  expect(kindOf(method)).toBe(kind);
});

it.each<[string, AccessKind, AccessValues, Record<string, unknown>]>([
  ["a community alone", "snmp", { community: "c" }, { port: 161, version: "v2c", community: "c" }],
  [
    "a user of SNMPv3 with both passwords",
    "snmp",
    { version: "v3", username: "u", community: "left over", auth_password: "12345678", priv_password: "87654321" },
    {
      port: 161,
      version: "v3",
      username: "u",
      auth_protocol: "SHA256",
      auth_password: "12345678",
      priv_protocol: "AES",
      priv_password: "87654321",
    },
  ],
  [
    "no encryption without authentication",
    "snmp",
    { version: "v3", username: "u", auth_protocol: "", priv_password: "87654321" },
    { port: 161, version: "v3", username: "u" },
  ],
  ["the port of the protocol", "http", { tls: false }, { authentication: "none", tls: false }],
  [
    "a token without the user of before",
    "http",
    { authentication: "bearer", token: "t", username: "u", password: "p" },
    { authentication: "bearer", token: "t", tls: true, verify_certificate: true },
  ],
  [
    "a key without the password of before",
    "ssh",
    { username: "u", sign_in: "private_key", password: "p", private_key: "k" },
    { port: 22, username: "u", private_key: "k" },
  ],
])("tells the API of %s", (_, kind, values, told) => {
  expect(accessOf(kind, typed(kind, values))).toEqual({ kind, ...told });
});

it.each<[AccessKind, Record<string, unknown>]>([
  ["snmp", { port: 1161, version: "v3", username: "u", auth_protocol: "SHA", auth_password: "***", context: "vlan" }],
  ["snmp", { port: 161, version: "v1", community: "***" }],
  [
    "http",
    { port: 8443, authentication: "header", header: "X-Key", token: "***", tls: true, verify_certificate: false },
  ],
  ["ssh", { port: 22, username: "u", private_key: "***", passphrase: "***", host_key: "ssh-ed25519 AAAA" }],
])("gives an access of %s back as it was when nobody changes it", (kind, access) => {
  expect(accessOf(kind, valuesOf(kind, access))).toEqual({ kind, ...access });
});

it.each<[AccessKind, AccessValues, [string, string][]]>([
  ["snmp", {}, [["community", "needed"]]],
  ["snmp", { community: "c", port: "0" }, [["port", "port"]]],
  ["snmp", { community: "c", port: "" }, [["port", "needed"]]],
  ["http", { port: "65536" }, [["port", "port"]]],
  ["http", { port: "65535" }, []],
  ["http", { authentication: "basic", username: "u" }, [["password", "needed"]]],
  ["ssh", { username: "u", sign_in: "private_key" }, [["private_key", "needed"]]],
])("finds what is missing or wrong in %s with %j", (kind, values, wrong) => {
  expect([...wrongIn(kind, typed(kind, values))]).toEqual(wrong);
});

it("asks whether a certificate must be good over TLS alone", () => {
  const names = (tls: boolean): string[] => askedOf("http", typed("http", { tls })).map(({ name }) => name);
  expect(names(true)).toContain("verify_certificate");
  expect(names(false)).not.toContain("verify_certificate");
});
