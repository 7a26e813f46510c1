package dev.espalier.backend.cpu.kernel;

/** Where the inner loops of matrix products come from: a set for each thread. */
public interface PanelKernels {
  /** Inner loops for one thread. */
  FloatPanels floats();

  /** Inner loops for one thread. */
  DoublePanels doubles();

  /** A word or two for the backend's description. */
  String description();

  /** The loops of the Vector API. */
  static PanelKernels java(String description) {
    return new PanelKernels() {
      @Override
      public FloatPanels floats() {
        return new JavaFloatPanels();
      }

      @Override
      public DoublePanels doubles() {
        return new JavaDoublePanels();
      }

      @Override
      public String description() {
        return description;
      }
    };
  }
}
