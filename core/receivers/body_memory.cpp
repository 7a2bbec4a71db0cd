#include "core/receivers/body_memory.h"

#include <malloc.h>

namespace sluice {

void keepMemoryOfBodies()
{
#ifdef __GLIBC__
    constexpr int kMappedFrom = 8 << 20;
    constexpr int kKeptFree = 32 << 20;
    mallopt(M_MMAP_THRESHOLD, kMappedFrom);
    mallopt(M_TRIM_THRESHOLD, kKeptFree);
#endif
}

} // namespace sluice
