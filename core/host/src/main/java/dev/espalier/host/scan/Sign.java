package dev.espalier.host.scan;

import java.util.List;
import java.util.Set;

/** What in a class file shows a capability. */
public sealed interface Sign {
  /** What is shown. */
  Capability capability();

  /** Whether a use is this sign. */
  boolean isSeenIn(Use use);

  /**
   * Some members of a class, or all; to extend the class counts too.
   *
   * @param capability what is shown
   * @param owner the class
   * @param members each a name, or a name and the beginning of its descriptor; none for all members
   */
  record Members(Capability capability, String owner, List<String> members) implements Sign {
    public Members {
      members = List.copyOf(members);
    }

    @Override
    public boolean isSeenIn(Use use) {
      return switch (use.kind()) {
        case NAMES -> use.owner().equals(owner) && names(use);
        case EXTENDS -> use.owner().equals(owner);
        case IMPLEMENTS, IS_NATIVE -> false;
      };
    }

    private boolean names(Use use) {
      return members.isEmpty()
          || members.stream()
              .anyMatch(member ->
                  member.contains("(")
                      ? (use.member() + use.descriptor()).startsWith(member)
                      : use.member().equals(member));
    }
  }

  /**
   * Every class of a package and of those below it. What only tells of an error is not meant.
   *
   * @param capability what is shown
   * @param name the package
   * @param except classes that show nothing, or have a sign of their own
   */
  record Within(Capability capability, String name, Set<String> except) implements Sign {
    public Within {
      except = Set.copyOf(except);
    }

    @Override
    public boolean isSeenIn(Use use) {
      return use.kind() != Use.Kind.IS_NATIVE
          && use.owner().startsWith(name + ".")
          && !use.owner().endsWith("Exception")
          && !except.contains(use.owner());
    }
  }

  /**
   * A native method of the class's own.
   *
   * @param capability what is shown
   */
  record NativeMethod(Capability capability) implements Sign {
    @Override
    public boolean isSeenIn(Use use) {
      return use.kind() == Use.Kind.IS_NATIVE;
    }
  }
}
