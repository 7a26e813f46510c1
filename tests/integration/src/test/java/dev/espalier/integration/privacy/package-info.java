/** Private gradient estimators, by themselves and in whole runs. */
@NullMarked
package dev.espalier.integration.privacy;

import org.jspecify.annotations.NullMarked;
