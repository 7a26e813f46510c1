package dev.espalier.backend.cpu.run;

import java.util.List;

/** One part of a compiled graph: reads slots of a frame and writes others. */
public interface Step {
  /** Runs the step; when it returns the results stand in their slots. */
  void run(Frame frame, WorkerPool pool);

  /** Its pieces that kernels are generated for. */
  default List<Segment> segments() {
    return List.of();
  }

  /** One line for the listing, or several for a loop. */
  String describe();
}
