/** Programs that compose a trainer of their own. */
@NullMarked
package org.example.trainer;

import org.jspecify.annotations.NullMarked;
