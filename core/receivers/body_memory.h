#pragma once

namespace sluice {

/// Tells the allocator to keep the memory of request bodies for the next ones. Process-wide; once is enough.
///
/// As it comes, glibc gives the pages of every freed body back to the system and faults them in again for the
/// next one: at 512 spans (300 kB) that was two thirds of all time spent on a request (README). Up to 32 MiB
/// of free memory stay with each thread's arena; bodies above 8 MiB are mapped and unmapped as before.
/// Threads: any.
void keepMemoryOfBodies();

} // namespace sluice
