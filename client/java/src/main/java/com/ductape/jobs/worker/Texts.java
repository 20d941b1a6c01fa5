package com.ductape.jobs.worker;

import java.nio.charset.StandardCharsets;

/** Cuts texts to what is sent of them. */
final class Texts {
  private Texts() {}

  /**
   * As many whole characters of the beginning as fit into so many bytes of UTF-8. Halves of
   * surrogate pairs, which UTF-8 does not have, become {@code ?}.
   */
  static String fit(String text, int maxBytes) {
    // No character takes more than three bytes a char.
    if (text.length() * 3L <= maxBytes) {
      return whole(text);
    }
    int bytes = 0;
    int end = 0;
    while (end < text.length()) {
      int character = text.codePointAt(end);
      int size = bytesOf(character);
      if (bytes + size > maxBytes) {
        break;
      }
      bytes += size;
      end += Character.charCount(character);
    }
    return whole(text.substring(0, end));
  }

  private static int bytesOf(int character) {
    if (character < 0x80) {
      return 1;
    }
    if (character < 0x800) {
      return 2;
    }
    return character < 0x10000 ? 3 : 4;
  }

  private static String whole(String text) {
    for (int i = 0; i < text.length(); ++i) {
      if (Character.isSurrogate(text.charAt(i))) {
        // An encoder puts a question mark for each half that stands alone.
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      }
    }
    return text;
  }
}
