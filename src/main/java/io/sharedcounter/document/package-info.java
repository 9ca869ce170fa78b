/**
 * A namespace as a document, to be kept, read by other programs, and brought in again. Loaded only
 * for namespaces with the feature {@code serialize}, and by the commands {@code export} and {@code
 * import}.
 */
@NullMarked
package io.sharedcounter.document;

import org.jspecify.annotations.NullMarked;
