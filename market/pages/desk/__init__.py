"""The seller's desk: what is to do, what is for sale, what it brought in, and how the shop presents itself."""
