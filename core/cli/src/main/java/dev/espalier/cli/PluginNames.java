package dev.espalier.cli;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.lang.model.SourceVersion;

/**
 * What the things of a plugin's project are called.
 *
 * @param name the extension and the artifact: lower case words joined by hyphens
 * @param packageName the package and the module
 */
record PluginNames(String name, String packageName) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  /**
   * Refuses what Java or the catalogue would refuse later.
   *
   * @throws EspalierException BAD_VALUE
   */
  PluginNames {
    if (!NAME.matcher(name).matches()) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "the name of a plugin is lower case words joined by hyphens, the first letter a letter",
          "'" + name + "'",
          "for example: bell-curve");
    }
    if (!SourceVersion.isName(packageName)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a package that Java takes",
          "'" + packageName + "'",
          "choose another with --package, for example: com.example.bellcurve");
    }
    for (String taken : List.of("dev.espalier", "java", "javax", "jdk")) {
      if ((packageName + ".").startsWith(taken + ".")) {
        throw new EspalierException(
            ErrorCode.BAD_VALUE,
            "a package of your own",
            "'" + packageName + "', and " + taken + " is not yours",
            "choose another with --package, for example: com.example.bellcurve");
      }
    }
  }

  /** In the package {@code com.example} and its own name. */
  PluginNames(String name) {
    this(name, "com.example." + name.replace("-", ""));
  }

  /** {@code BellCurve} of {@code bell-curve}. */
  String className() {
    return Arrays.stream(name.split("-", -1))
        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
        .collect(Collectors.joining());
  }

  /** The package as a path. */
  String packagePath() {
    return packageName.replace('.', '/');
  }

  /** The group of the artifact: the package, without a last part that only repeats the name. */
  String group() {
    String last = "." + name.replace("-", "");
    return packageName.endsWith(last)
        ? packageName.substring(0, packageName.length() - last.length())
        : packageName;
  }

  /** A text about these names as a text about others. */
  String renamed(String text, PluginNames to) {
    // The longest first: one alternative at each place, so that nothing is renamed twice.
    Map<String, String> renamings =
        new TreeMap<>((a, b) -> {
          int longer = Integer.compare(b.length(), a.length());
          return longer != 0 ? longer : a.compareTo(b);
        });
    renamings.put(group() + "." + name, to.group() + "." + to.name);
    renamings.put(packageName, to.packageName);
    renamings.put(packagePath(), to.packagePath());
    renamings.put("<groupId>" + group() + "</groupId>", "<groupId>" + to.group() + "</groupId>");
    renamings.put(className(), to.className());
    renamings.put(name, to.name);
    Pattern old =
        Pattern.compile(
            renamings.keySet().stream().map(Pattern::quote).collect(Collectors.joining("|")));
    return old.matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(renamings.get(found.group())));
  }
}
