/** What every reader and writer of files shares: the errors they report, hashes, and gzip. */
@NullMarked
package dev.espalier.training.file;

import org.jspecify.annotations.NullMarked;
