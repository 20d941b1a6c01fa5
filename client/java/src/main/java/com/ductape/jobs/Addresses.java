package com.ductape.jobs;

import java.util.List;
import java.util.regex.Pattern;

/** What an address of a server tells. */
final class Addresses {
  private static final List<String> SCHEMES = List.of("dns:///", "dns:", "ipv4:", "ipv6:");
  // Four numbers, so that no host name like 127.example.com passes.
  private static final Pattern LOOPBACK = Pattern.compile("127(\\.[0-9]{1,3}){3}");

  private Addresses() {}

  /** Whether what is sent there stays on this machine. */
  static boolean isLocal(String address) {
    String rest = address;
    for (String scheme : SCHEMES) {
      if (rest.startsWith(scheme)) {
        rest = rest.substring(scheme.length());
        break;
      }
    }
    if (rest.startsWith("unix:") || rest.startsWith("[::1]")) {
      return true;
    }
    int colon = rest.lastIndexOf(':');
    String host = colon < 0 ? rest : rest.substring(0, colon);
    return host.equals("localhost") || LOOPBACK.matcher(host).matches();
  }
}
