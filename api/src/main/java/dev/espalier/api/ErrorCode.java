package dev.espalier.api;

import java.util.Locale;

/**
 * The kinds of error that Espalier reports, each with a stable, readable code.
 *
 * <p>A code says what went wrong; the texts of the {@link EspalierException} say with what. A
 * code's {@link #category()} decides how a program ends: {@link Category#USAGE} (the request itself
 * is wrong: exit code 2) or {@link Category#FAILURE} (the request was fine and could not be carried
 * out: exit code 1).
 */
public enum ErrorCode {
  /** Operand types, shapes or ranks do not fit the operation. */
  TYPE_MISMATCH(Category.USAGE),
  /** An attribute of an operation (axis, size, permutation, stride) is out of its domain. */
  BAD_ATTRIBUTE(Category.USAGE),
  /** A graph breaks a rule of the intermediate representation. */
  INVALID_GRAPH(Category.FAILURE),
  /** A derivative was asked for that does not exist. */
  NOT_DIFFERENTIABLE(Category.USAGE),
  /** A tensor is used outside the trace it belongs to. */
  FOREIGN_TENSOR(Category.USAGE),
  /** A tree has no entry at the path asked for, or has one too many. */
  TREE_MISMATCH(Category.USAGE),
  /** A backend was asked for what it does not claim. */
  UNSUPPORTED_BY_BACKEND(Category.USAGE),
  /** A backend cannot run on this machine. */
  BACKEND_UNAVAILABLE(Category.FAILURE),
  /** A backend, scope, buffer or executable is used after it was closed. */
  USE_AFTER_CLOSE(Category.FAILURE),
  /** Memory for a buffer, graph or file cannot be had. */
  OUT_OF_MEMORY(Category.FAILURE),
  /** A name is not registered at its extension point. */
  UNKNOWN_NAME(Category.USAGE),
  /** Two plugins register one name. */
  DUPLICATE_NAME(Category.FAILURE),
  /** A key that nobody reads. */
  UNKNOWN_KEY(Category.USAGE),
  /** A required key is absent. */
  MISSING_KEY(Category.USAGE),
  /** A value is of the wrong kind or out of its range. */
  BAD_VALUE(Category.USAGE),
  /** A plugin cannot be found, read, resolved, constructed or asked. */
  PLUGIN_FAULT(Category.FAILURE),
  /** A plugin is not the one that a lock pins. */
  PLUGIN_MISMATCH(Category.FAILURE),
  /**
   * A part asks its objective or its context for something it did not declare, or that is not
   * offered.
   */
  MISSING_NEED(Category.USAGE),
  /** A file does not exist or cannot be opened. */
  FILE_NOT_FOUND(Category.FAILURE),
  /** A file's content is not of its format: truncated, forged or damaged. */
  BAD_FILE(Category.FAILURE),
  /** Reading or writing failed in the system. */
  IO_FAILURE(Category.FAILURE),
  /** A checkpoint does not belong to the run that is to be resumed. */
  CHECKPOINT_MISMATCH(Category.FAILURE),
  /** A value is not finite where training cannot go on with it. */
  NOT_FINITE(Category.FAILURE),
  /** What is trained is asked for after a step that failed, which may have written part of it. */
  STEP_FAILED(Category.FAILURE),
  /** The command line itself is wrong. */
  BAD_COMMAND(Category.USAGE),
  /** A defect of Espalier itself. */
  INTERNAL(Category.FAILURE);

  /** Whether the request or its execution is at fault. */
  public enum Category {
    /** The request is wrong. */
    USAGE,
    /** The request could not be carried out. */
    FAILURE
  }

  private final Category category;

  ErrorCode(Category category) {
    this.category = category;
  }

  /** Whether the request or its execution is at fault. */
  public Category category() {
    return category;
  }

  /** The code as it is printed: lower case, words joined by hyphens. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
