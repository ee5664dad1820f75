//! The program `deskbell`: the agent, and the commands that talk to it.

fn main() -> std::process::ExitCode {
    desktop::main()
}
