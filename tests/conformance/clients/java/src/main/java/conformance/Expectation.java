package conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;

/** Whether an answer holds what is expected of it: see the README of the scenario. */
final class Expectation {
  private Expectation() {}

  /** Where it does not hold, and why; empty if it holds. */
  static Optional<String> mismatch(JsonElement expected, JsonElement actual) {
    return mismatch("", expected, actual);
  }

  private static Optional<String> mismatch(String path, JsonElement expected, JsonElement actual) {
    if (expected.isJsonObject()) {
      return ofObject(path, expected.getAsJsonObject(), actual);
    }
    if (expected.isJsonArray()) {
      return ofList(path, expected.getAsJsonArray(), actual);
    }
    boolean holds =
        expected.isJsonNull() ? isUnset(actual) : ofValue(expected.getAsJsonPrimitive(), actual);
    return holds ? Optional.empty() : complaint(path, expected, actual);
  }

  private static Optional<String> complaint(String path, JsonElement expected, JsonElement actual) {
    return Optional.of((path.isEmpty() ? "" : path + " ") + "is " + actual + ", not " + expected);
  }

  private static Optional<String> ofObject(String path, JsonObject expected, JsonElement actual) {
    JsonObject members = actual.isJsonObject() ? actual.getAsJsonObject() : new JsonObject();
    if (!actual.isJsonObject() && !actual.isJsonNull()) {
      return complaint(path, expected, actual);
    }
    for (Map.Entry<String, JsonElement> member : expected.entrySet()) {
      JsonElement value = members.get(member.getKey());
      Optional<String> mismatch =
          mismatch(
              path + "." + member.getKey(),
              member.getValue(),
              value == null ? JsonNull.INSTANCE : value);
      if (mismatch.isPresent()) {
        return mismatch;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> ofList(String path, JsonArray expected, JsonElement actual) {
    JsonArray items = actual.isJsonArray() ? actual.getAsJsonArray() : new JsonArray();
    if (items.size() != expected.size() || !actual.isJsonArray() && !actual.isJsonNull()) {
      return Optional.of(path + " has " + items.size() + " elements, not " + expected.size());
    }
    for (int i = 0; i < items.size(); ++i) {
      Optional<String> mismatch = mismatch(path + "[" + i + "]", expected.get(i), items.get(i));
      if (mismatch.isPresent()) {
        return mismatch;
      }
    }
    return Optional.empty();
  }

  private static boolean ofValue(JsonPrimitive expected, JsonElement actual) {
    String text = expected.getAsString();
    if (expected.isString() && text.equals("*")) {
      return !isUnset(actual);
    }
    if (expected.isString() && text.startsWith("!")) {
      return !isUnset(actual) && !actual.getAsString().equals(text.substring(1));
    }
    if (expected.isString() && text.startsWith("^")) {
      return actual.isJsonPrimitive() && actual.getAsString().startsWith(text.substring(1));
    }
    if (!actual.isJsonPrimitive()) {
      return isUnset(actual) && isUnset(expected);
    }
    String value = actual.getAsString();
    return value.equals(text) || sameTime(text, value) || sameNumber(text, value);
  }

  /** Absent, or what protobuf takes for that. */
  private static boolean isUnset(JsonElement value) {
    if (value.isJsonNull()) {
      return true;
    }
    if (value.isJsonArray()) {
      return value.getAsJsonArray().isEmpty();
    }
    if (!value.isJsonPrimitive()) {
      return false;
    }
    String text = value.getAsString();
    return text.isEmpty()
        || text.equals("false")
        || text.endsWith("_UNSPECIFIED")
        || sameNumber(text, "0");
  }

  private static boolean sameNumber(String one, String other) {
    try {
      return new BigDecimal(one).compareTo(new BigDecimal(other)) == 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean sameTime(String one, String other) {
    try {
      return instant(one).equals(instant(other));
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private static Instant instant(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }
}
