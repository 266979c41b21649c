//! What Kepi and the second opinion once disagreed on, made small.
