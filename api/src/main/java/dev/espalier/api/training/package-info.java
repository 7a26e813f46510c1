/**
 * What plugins extend: activations, losses, optimizers, gradient estimators, schedules,
 * initializers.
 */
@NullMarked
package dev.espalier.api.training;

import org.jspecify.annotations.NullMarked;
