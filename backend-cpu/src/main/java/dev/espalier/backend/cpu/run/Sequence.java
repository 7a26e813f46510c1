package dev.espalier.backend.cpu.run;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Steps that together make one result.
 *
 * @param steps the steps in order
 */
public record Sequence(List<Step> steps) implements Step {
  public Sequence {
    steps = List.copyOf(steps);
  }

  @Override
  public void run(Frame frame, WorkerPool pool) {
    for (int i = 0; i < steps.size(); i++) {
      steps.get(i).run(frame, pool);
    }
  }

  @Override
  public List<Segment> segments() {
    return steps.stream().flatMap(step -> step.segments().stream()).toList();
  }

  @Override
  public String describe() {
    return steps.stream().map(Step::describe).collect(Collectors.joining("\n"));
  }
}
