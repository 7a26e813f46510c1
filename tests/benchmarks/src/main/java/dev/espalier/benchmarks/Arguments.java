package dev.espalier.benchmarks;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The operands and the options, {@code --name value} each, of a command. Every error says what was
 * asked for, what was found, and the repair.
 */
public final class Arguments {
  private final List<String> operands;
  private final Map<String, String> options;

  private Arguments(List<String> operands, Map<String, String> options) {
    this.operands = List.copyOf(operands);
    this.options = Map.copyOf(options);
  }

  /**
   * Reads arguments.
   *
   * @param usage the command with its operands and options, for messages
   * @param arguments what was given
   * @param mostOperands how many operands there may be
   * @param known the options' names, without the hyphens
   * @throws EspalierException BAD_COMMAND where there is another option, an option without a value
   *     or twice, or an operand too many
   */
  public static Arguments parse(
      String usage, List<String> arguments, int mostOperands, Set<String> known) {
    List<String> operands = new ArrayList<>();
    Map<String, String> options = new LinkedHashMap<>();
    Iterator<String> left = arguments.iterator();
    while (left.hasNext()) {
      String argument = left.next();
      if (!argument.startsWith("--")) {
        operands.add(argument);
        continue;
      }
      String name = argument.substring(2);
      if (!known.contains(name)) {
        throw bad(usage, "the option " + argument, "remove it");
      }
      if (!left.hasNext()) {
        throw bad(usage, argument + " without a value", "give its value behind it");
      }
      if (options.put(name, left.next()) != null) {
        throw bad(usage, argument + " twice", "give it once");
      }
    }
    if (operands.size() > mostOperands) {
      throw bad(usage, String.join(" ", operands), "remove " + operands.get(mostOperands));
    }
    return new Arguments(operands, options);
  }

  private static EspalierException bad(String usage, String found, String repair) {
    return new EspalierException(ErrorCode.BAD_COMMAND, usage, found, repair);
  }

  /** The first operand. */
  public Optional<String> operand() {
    return operands.stream().findFirst();
  }

  /** An option as it was given. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(options.get(name));
  }

  /**
   * An option as an integer.
   *
   * @param name the option
   * @param otherwise its value where it was not given
   * @throws EspalierException BAD_VALUE where it is not an integer of at least 1
   */
  public int count(String name, int otherwise) {
    return text(name).map(value -> count(name, value)).orElse(otherwise);
  }

  private static int count(String name, String value) {
    try {
      int count = Integer.parseInt(value);
      if (count >= 1) {
        return count;
      }
    } catch (NumberFormatException e) {
      throw notACount(name, value);
    }
    throw notACount(name, value);
  }

  private static EspalierException notACount(String name, String value) {
    return new EspalierException(
        ErrorCode.BAD_VALUE, "--" + name + " takes integers of at least 1", value, "give one");
  }

  /**
   * An option as a list of integers between commas.
   *
   * @throws EspalierException BAD_VALUE where one is not an integer of at least 1
   */
  public List<Integer> counts(String name, List<Integer> otherwise) {
    return text(name)
        .map(value -> split(value).stream().map(one -> count(name, one)).distinct().toList())
        .orElse(otherwise);
  }

  /**
   * An option as seconds.
   *
   * @throws EspalierException BAD_VALUE where it is not a number above 0, at most a day
   */
  public double seconds(String name, double otherwise) {
    return text(name).map(value -> seconds(name, value)).orElse(otherwise);
  }

  private static double seconds(String name, String value) {
    try {
      double seconds = Double.parseDouble(value);
      if (seconds > 0 && seconds <= 86_400) {
        return seconds;
      }
    } catch (NumberFormatException e) {
      throw notSeconds(name, value);
    }
    throw notSeconds(name, value);
  }

  private static EspalierException notSeconds(String name, String value) {
    return new EspalierException(
        ErrorCode.BAD_VALUE,
        "--" + name + " takes seconds, above 0 and at most 86400",
        value,
        "give such a number");
  }

  /**
   * An option as names between commas, all of them where it was not given.
   *
   * @param name the option
   * @param all the names there are
   * @throws EspalierException UNKNOWN_NAME where one is another
   */
  public List<String> names(String name, List<String> all) {
    List<String> chosen = text(name).map(Arguments::split).orElse(all);
    for (String one : chosen) {
      if (!all.contains(one)) {
        throw new EspalierException(
            ErrorCode.UNKNOWN_NAME,
            "--" + name + " takes names of " + String.join(", ", all) + ", between commas",
            one,
            "choose among them");
      }
    }
    return chosen.stream().distinct().toList();
  }

  private static List<String> split(String list) {
    return List.of(list.split(",", -1));
  }
}
