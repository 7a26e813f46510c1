package dev.espalier.conformance.golden;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.training.Activation;
import dev.espalier.api.training.Initializer;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.Schedule;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks an extension against its golden points on the reference interpreter, in f64 and in f32. It
 * is what knows <em>which</em> function an extension should be: no other rule tells swish from
 * mish.
 *
 * <ul>
 *   <li>Activations: columns x, value, first, second, third: value, first and second derivative, by
 *       forward and by reverse mode. The next derivative says how well each is conditioned. A gated
 *       one is given along lines: {@code # given: slope1=1,offset2=0.75} is at (x, 0.75).
 *   <li>Losses: columns predictions, targets, loss, gradient, one example a row; and the closed
 *       form of the Hessian, where there is one, against the derived.
 *   <li>Optimizers: columns step, gradient, parameter, and the given numbers learning_rate and
 *       parameter: the trajectory of one number. Columns curvature and loss, 0 where they are not
 *       there, say what a step finds elsewhere.
 *   <li>Schedules: columns step, total, factor, in f64.
 *   <li>Initializers: columns fan_in, fan_out, mean, variance, low, high; their rules draw samples.
 * </ul>
 *
 * Points should be exact in f32, so that they are the same in both precisions.
 */
public final class GoldenPoints {
  private GoldenPoints() {}

  /** Whether registrations at this point must have a golden file. */
  public static boolean required(Registered<?> registered) {
    Class<?> type = registered.point().type();
    return type == Activation.class
        || type == Loss.class
        || type == Optimizer.class
        || type == Initializer.class
        || type == Schedule.class;
  }

  /**
   * Checks a registration against a golden file.
   *
   * @return what is off, empty where all is well
   * @throws EspalierException BAD_VALUE where golden points say nothing of this kind of extension
   */
  public static List<Finding> check(Registered<?> registered, GoldenFile file) {
    List<Finding> findings = new ArrayList<>();
    for (GoldenFile.Section section : file.sections()) {
      findings.addAll(check(registered.create(section.hyperparameters()), section));
    }
    return List.copyOf(findings);
  }

  /** Checks an extension against one section. */
  public static List<Finding> check(Object extension, GoldenFile.Section section) {
    List<Finding> findings = new ArrayList<>();
    switch (extension) {
      case Activation activation ->
          Precision.CHECKED.forEach(
              p -> findings.addAll(new ActivationPoints(activation, section, p).check()));
      case Loss loss ->
          Precision.CHECKED.forEach(p -> findings.addAll(new LossPoints(loss, section, p).check()));
      case Optimizer optimizer ->
          Precision.CHECKED.forEach(
              p -> findings.addAll(new OptimizerPoints(optimizer, section, p).check()));
      case Schedule schedule ->
          findings.addAll(
              new SchedulePoints(schedule, section, Precision.CHECKED.getFirst()).check());
      default ->
          throw new EspalierException(
              ErrorCode.BAD_VALUE,
              "golden points are of an activation, a loss, an optimizer or a schedule",
              extension.toString(),
              "test it by its properties");
    }
    return List.copyOf(findings);
  }
}
