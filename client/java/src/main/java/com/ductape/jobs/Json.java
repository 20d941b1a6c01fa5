package com.ductape.jobs;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.util.Collection;
import java.util.Map;

/** Makes JSON objects, as inputs of jobs and runs are, and reads them. Numbers are doubles. */
public final class Json {
  private Json() {}

  /**
   * {@return the object}
   *
   * @param members values by name: null, booleans, numbers, strings, maps with strings as keys, and
   *     collections of these
   * @throws IllegalArgumentException if there is another kind of value
   */
  public static Struct object(Map<String, ?> members) {
    Struct.Builder struct = Struct.newBuilder();
    members.forEach((name, value) -> struct.putFields(name, value(value)));
    return struct.build();
  }

  /**
   * {@return the object that a text holds}
   *
   * @param text JSON; an empty text is an empty object
   * @throws IllegalArgumentException if it is no JSON object
   */
  public static Struct parse(String text) {
    Struct.Builder struct = Struct.newBuilder();
    if (text.isEmpty()) {
      return struct.build();
    }
    try {
      JsonFormat.parser().merge(text, struct);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("no JSON object: " + e.getMessage(), e);
    }
    return struct.build();
  }

  /**
   * {@return the object as JSON text in one line}
   *
   * @param object the object; not null
   * @throws IllegalArgumentException if it has a number that JSON cannot hold, as infinity
   */
  public static String text(Struct object) {
    try {
      return JsonFormat.printer().omittingInsignificantWhitespace().print(object);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not to be written as JSON: " + e.getMessage(), e);
    }
  }

  private static Value value(Object value) {
    Value.Builder out = Value.newBuilder();
    if (value == null) {
      out.setNullValue(NullValue.NULL_VALUE);
    } else if (value instanceof Boolean flag) {
      out.setBoolValue(flag);
    } else if (value instanceof Number number) {
      out.setNumberValue(number.doubleValue());
    } else if (value instanceof CharSequence text) {
      out.setStringValue(text.toString());
    } else if (value instanceof Map<?, ?> map) {
      Struct.Builder struct = Struct.newBuilder();
      map.forEach((name, member) -> struct.putFields((String) name, value(member)));
      out.setStructValue(struct);
    } else if (value instanceof Collection<?> items) {
      ListValue.Builder list = ListValue.newBuilder();
      items.forEach(item -> list.addValues(value(item)));
      out.setListValue(list);
    } else {
      throw new IllegalArgumentException("JSON has no " + value.getClass().getName());
    }
    return out.build();
  }
}
