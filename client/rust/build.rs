//! Generates the messages and stubs of `ductape.jobs.v1` from `proto/`, without protoc.

use std::path::{Path, PathBuf};
use std::{env, fs};

const PROTOS: &str = "proto";
const API: &str = "ductape/jobs/v1";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed={PROTOS}");
    let files = api_protos(&Path::new(PROTOS).join(API))?;
    let mut compiler = protox::Compiler::new([PROTOS])?;
    compiler.include_imports(true).open_files(files)?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(
        out.join("ductape-jobs.protoset"),
        compiler.encode_file_descriptor_set(),
    )?;

    // With the comments, which become those of the messages and stubs.
    let descriptors = compiler.include_source_info(true).file_descriptor_set();
    tonic_prost_build::configure()
        .build_server(false)
        .build_transport(false) // no `connect` of the stubs: Client makes the channel
        .btree_map(".")
        .bytes(".")
        .extern_path(".google.rpc", "::tonic_types::pb")
        .compile_fds(descriptors)?;
    Ok(())
}

/// The files of the API, by name.
fn api_protos(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let missing = |error| {
        format!(
            "{}: {error}; run generate.sh beside Cargo.toml first",
            folder.display()
        )
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(missing)? {
        files.push(entry.map_err(missing)?.path());
    }
    files.sort();
    Ok(files)
}
