package dev.espalier.benchmarks.peers;

import java.util.List;
import java.util.stream.Stream;

/** Who runs a step, and how. */
public enum Contender {
  /** Espalier as {@code ./espalier} starts it. */
  ESPALIER_FP32("Espalier", "fp32", ""),
  /** The same in mixed precision. */
  ESPALIER_BF16("Espalier", "bf16", ""),
  /** In mixed precision, with oneDNN's matrix products. */
  ESPALIER_ONEDNN("Espalier", "bf16", "onednn"),
  /** PyTorch, operation by operation. */
  EAGER_FP32("PyTorch", "fp32", "eager"),
  /** PyTorch, compiled. */
  COMPILED_FP32("PyTorch", "fp32", "compile"),
  /** PyTorch with autocast, operation by operation. */
  EAGER_BF16("PyTorch", "bf16", "eager"),
  /** PyTorch with autocast, compiled. */
  COMPILED_BF16("PyTorch", "bf16", "compile");

  private final String framework;
  private final String precision;
  private final String mode;

  Contender(String framework, String precision, String mode) {
    this.framework = framework;
    this.precision = precision;
    this.mode = mode;
  }

  /** Whether it is PyTorch. */
  public boolean isPeer() {
    return framework.equals("PyTorch");
  }

  /** The precision as the script takes it. */
  public String precision() {
    return precision;
  }

  /** PyTorch's mode, as its script takes it; the plugin that multiplies for Espalier, or empty. */
  public String mode() {
    return mode;
  }

  /** Whether it may be absent: torch.compile needs a C++ compiler, and oneDNN is a library. */
  public boolean mayBeAbsent() {
    return mode.equals("compile") || this == ESPALIER_ONEDNN;
  }

  /** The name for people. */
  public String text() {
    return String.join(
        " ", Stream.of(framework, precision, mode).filter(part -> !part.isEmpty()).toList());
  }

  /** PyTorch's of a precision. */
  static List<Contender> peersOf(String precision) {
    return Stream.of(values())
        .filter(one -> one.isPeer() && one.precision.equals(precision))
        .toList();
  }
}
