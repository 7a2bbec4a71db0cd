#!/usr/bin/env python3
"""Compares our .proto files with the descriptors of the official opentelemetry-proto package, field by field.

usage: check_descriptors.py PROTO_FOLDER WORK_FOLDER

Makes a virtual environment in WORK_FOLDER with the official package (from the package index) and protoc's output for
ours, then prints every difference and exits with 1 if there is one. What an older package does not have yet is named
and is no difference. Exits with 77 when the package cannot be installed.
"""

import pathlib
import subprocess
import sys

PACKAGE = "opentelemetry-proto>=1.45,<2"

COMPARE = r"""
import importlib, sys
from google.protobuf import descriptor_pb2, descriptor_pool

FILES = {
    "common/v1/common": "opentelemetry.proto.common.v1.common_pb2",
    "resource/v1/resource": "opentelemetry.proto.resource.v1.resource_pb2",
    "trace/v1/trace": "opentelemetry.proto.trace.v1.trace_pb2",
    "metrics/v1/metrics": "opentelemetry.proto.metrics.v1.metrics_pb2",
    "logs/v1/logs": "opentelemetry.proto.logs.v1.logs_pb2",
    "collector/trace/v1/trace_service": "opentelemetry.proto.collector.trace.v1.trace_service_pb2",
    "collector/metrics/v1/metrics_service": "opentelemetry.proto.collector.metrics.v1.metrics_service_pb2",
    "collector/logs/v1/logs_service": "opentelemetry.proto.collector.logs.v1.logs_service_pb2",
}

def fields(message):
    for field in message.fields:
        oneof = field.containing_oneof.name if field.containing_oneof is not None else ""
        kind = field.message_type or field.enum_type
        # Newer protobuf packages have no label any more.
        repeated = field.is_repeated if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED
        yield field.name, (field.number, field.type, repeated, field.has_presence, field.json_name, oneof,
                           kind.full_name if kind is not None else "")

def flatten(file):
    facts = {}
    def enum(item):
        for value in item.values:
            facts[item.full_name + "." + value.name] = ("enum value", value.number)
    def message(item):
        facts[item.full_name] = ("message",)
        for name, fact in fields(item):
            facts[item.full_name + "." + name] = ("field",) + fact
        for nested in item.nested_types:
            message(nested)
        for nested in item.enum_types:
            enum(nested)
    for item in file.message_types_by_name.values():
        message(item)
    for item in file.enum_types_by_name.values():
        enum(item)
    for service in file.services_by_name.values():
        for method in service.methods:
            facts[method.full_name] = ("method", method.input_type.full_name, method.output_type.full_name)
    facts["package of " + file.name] = (file.package,)
    return facts

ours = descriptor_pool.DescriptorPool()
files = descriptor_pb2.FileDescriptorSet()
files.ParseFromString(open(sys.argv[1], "rb").read())
for file in files.file:
    ours.Add(file)

differences = 0
count = 0
for path, module in FILES.items():
    official = flatten(importlib.import_module(module).DESCRIPTOR)
    mine = flatten(ours.FindFileByName("opentelemetry/proto/" + path + ".proto"))
    for name in sorted(official.keys() | mine.keys()):
        count += 1
        if name not in official:
            print("newer than the package:", name)
        elif mine.get(name) != official[name]:
            differences += 1
            print("DIFFERENT:", name, "ours:", mine.get(name), "official:", official[name])
print(count, "messages, fields, enum values and methods compared,", differences, "different")
sys.exit(1 if differences else 0)
"""


def main():
    proto_folder, work_folder = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    environment = work_folder / "descriptors-venv"
    python = environment / "bin" / "python"
    marker = environment / "installed"
    if not marker.exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", environment], check=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE], check=True)
        except subprocess.CalledProcessError as error:
            print("cannot install", PACKAGE, error)
            return 77
        marker.touch()
    descriptors = work_folder / "ours.descriptors"
    protos = sorted(proto_folder.glob("opentelemetry/**/*.proto"))
    subprocess.run(["protoc", f"--proto_path={proto_folder}", "--include_imports",
                    f"--descriptor_set_out={descriptors}", *protos], check=True)
    return subprocess.run([python, "-c", COMPARE, descriptors]).returncode


if __name__ == "__main__":
    sys.exit(main())
