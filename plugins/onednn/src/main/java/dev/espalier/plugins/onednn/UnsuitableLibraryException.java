package dev.espalier.plugins.onednn;

/** A library that is loaded and cannot be used; the message goes on from its name. */
final class UnsuitableLibraryException extends Exception {
  private static final long serialVersionUID = 1;

  UnsuitableLibraryException(String message) {
    super(message);
  }
}
