package dev.espalier.engine;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arrays of flags, as activity and mapping are. */
final class Flags {
  private Flags() {}

  static boolean[] join(boolean[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    boolean[] all = new boolean[length];
    int at = 0;
    for (boolean[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  static boolean[] present(List<? extends @Nullable Object> values) {
    boolean[] present = new boolean[values.size()];
    for (int i = 0; i < present.length; i++) {
      present[i] = values.get(i) != null;
    }
    return present;
  }

  static boolean any(boolean[] flags) {
    for (boolean flag : flags) {
      if (flag) {
        return true;
      }
    }
    return false;
  }

  static int count(boolean[] flags) {
    int count = 0;
    for (boolean flag : flags) {
      count += flag ? 1 : 0;
    }
    return count;
  }
}
