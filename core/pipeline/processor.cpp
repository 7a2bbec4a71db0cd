#include "core/pipeline/processor.h"

namespace sluice {

void Processor::advance(UnixTime /*now*/, Flow& /*flow*/)
{
}

void Processor::drain(UnixTime /*now*/, Flow& /*flow*/)
{
}

} // namespace sluice
