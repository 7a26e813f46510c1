package dev.espalier.api.plugin;

import dev.espalier.api.backend.BackendProvider;
import dev.espalier.api.backend.MatrixProducts;
import dev.espalier.api.privacy.Accountant;
import dev.espalier.api.training.Activation;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.Initializer;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.Schedule;
import java.util.Objects;

/**
 * A place where plugins add. A plugin may declare points of its own; those here are the
 * framework's.
 *
 * @param <T> what is added
 * @param name the point's name, unique
 * @param type what is added
 * @param help one sentence for people
 */
public record ExtensionPoint<T>(String name, Class<T> type, String help) {
  /** Activation functions. */
  public static final ExtensionPoint<Activation> ACTIVATION =
      new ExtensionPoint<>("activation", Activation.class, "A function between layers.");

  /** Losses. */
  public static final ExtensionPoint<Loss> LOSS =
      new ExtensionPoint<>("loss", Loss.class, "What training makes small.");

  /** Optimizers. */
  public static final ExtensionPoint<Optimizer> OPTIMIZER =
      new ExtensionPoint<>("optimizer", Optimizer.class, "How parameters change.");

  /** Parts of optimizers. */
  public static final ExtensionPoint<GradientTransform> GRADIENT_TRANSFORM =
      new ExtensionPoint<>(
          "gradient-transform", GradientTransform.class, "A step between gradient and update.");

  /** Gradient estimators. */
  public static final ExtensionPoint<GradientEstimator> GRADIENT_ESTIMATOR =
      new ExtensionPoint<>(
          "gradient-estimator", GradientEstimator.class, "How gradients are obtained.");

  /** Learning-rate schedules. */
  public static final ExtensionPoint<Schedule> SCHEDULE =
      new ExtensionPoint<>("schedule", Schedule.class, "The learning rate over the run.");

  /** Initializers. */
  public static final ExtensionPoint<Initializer> INITIALIZER =
      new ExtensionPoint<>("initializer", Initializer.class, "The first values of a weight.");

  /** Backends. */
  public static final ExtensionPoint<BackendProvider> BACKEND =
      new ExtensionPoint<>("backend", BackendProvider.class, "What runs compiled graphs.");

  /** Matrix products for backends that compute on the processor. */
  public static final ExtensionPoint<MatrixProducts> MATRIX_PRODUCTS =
      new ExtensionPoint<>(
          "matrix-products", MatrixProducts.class, "What multiplies matrices for the backend cpu.");

  /** Accountants of differential privacy. */
  public static final ExtensionPoint<Accountant> ACCOUNTANT =
      new ExtensionPoint<>(
          "accountant", Accountant.class, "How much privacy the steps of a run cost.");

  public ExtensionPoint {
    Objects.requireNonNull(name);
    Objects.requireNonNull(type);
    Objects.requireNonNull(help);
  }
}
