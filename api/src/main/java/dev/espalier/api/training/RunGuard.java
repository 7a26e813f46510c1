package dev.espalier.api.training;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What watches over a run that may have to end before its last step, such as one that spends a
 * budget. It is asked before every step, and what it writes into its journal then is on the disk
 * before the step begins, so that nothing a step did is forgotten, however the run ends.
 */
public interface RunGuard {
  /**
   * What a guard knows of the run.
   *
   * @param examples how many there are to train on
   * @param batch how many a step sees, or is expected to see
   * @param firstStep steps that the checkpoint says were done before; 0 in a new run
   * @param sampling how examples are drawn
   */
  record Facts(long examples, long batch, long firstStep, ExampleSampling sampling) {}

  /** Lines of text that survive a kill and a power failure. They are never cut back. */
  interface Journal {
    /** The lines that were there when the run began or went on, in order. */
    List<String> before();

    /** Appends a line without line breaks; when this returns, it is on the disk. */
    void append(String line);
  }

  /** A guard of one run that begins or goes on. Used by one thread. */
  interface Watch {
    /**
     * Asked before a step.
     *
     * @param step the number of steps already done
     * @return why the run has to end before this step; empty where it may go on
     */
    Optional<String> before(long step);

    /** Numbers for the line of the step that {@link #before} was last asked about, by name. */
    Map<String, Double> report();

    /** What whoever runs this must know, in sentences. */
    default List<String> notes() {
      return List.of();
    }
  }

  /** What it is called: the name of its journal, of letters, digits and dashes. */
  String name();

  /**
   * Opens it for a run.
   *
   * @param run what is known of the run
   * @param journal its lines, also those of before a resume
   */
  Watch open(Facts run, Journal journal);

  /**
   * The numbers of a step that are to be told to nobody: {@code loss}. What is told instead is NaN,
   * and the run does not stop where such a number is not finite.
   */
  default Set<String> withheld() {
    return Set.of();
  }
}
