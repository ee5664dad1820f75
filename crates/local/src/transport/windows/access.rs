//! Who may open the pipe: this user, and nobody over the network.
#![expect(unsafe_code, reason = "the system's functions take pointers")]

use crate::windows_user::{check, user_sid};
use std::ffi::c_void;
use std::io;
use std::path::Path;
use std::ptr::null_mut;
use tokio::net::windows::named_pipe::{NamedPipeServer, PipeMode, ServerOptions};
use windows_sys::Win32::Foundation::LocalFree;
use windows_sys::Win32::Security::Authorization::{
    ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;

/// A security descriptor, freed when this is dropped.
#[derive(Debug)]
pub(super) struct Access(*mut c_void);

// SAFETY: the descriptor is never written to after it is made.
unsafe impl Send for Access {}
// SAFETY: as above.
unsafe impl Sync for Access {}

impl Drop for Access {
    fn drop(&mut self) {
        // SAFETY: it came from the function whose documentation says to free it so, and is freed once.
        unsafe { LocalFree(self.0) };
    }
}

impl Access {
    /// For this user only.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(super) fn only_us() -> io::Result<Self> {
        let us = user_sid()?;
        let rules = format!("O:{us}D:P(D;;GA;;;NU)(A;;GA;;;{us})");
        let rules: Vec<u16> = rules.encode_utf16().chain([0]).collect();
        let mut descriptor = null_mut();
        // SAFETY: the text ends with 0, and the descriptor is written to the given address.
        check(unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                rules.as_ptr(),
                SDDL_REVISION_1,
                &raw mut descriptor,
                null_mut(),
            )
        })?;
        Ok(Self(descriptor))
    }

    /// Makes an instance of the pipe; `first`: another process's pipe of this name is an error.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(super) fn open(&self, pipe: &Path, first: bool) -> io::Result<NamedPipeServer> {
        let bytes = u32::try_from(size_of::<SECURITY_ATTRIBUTES>()).expect("it is small");
        let mut attributes =
            SECURITY_ATTRIBUTES { nLength: bytes, lpSecurityDescriptor: self.0, bInheritHandle: 0 };
        let mut options = ServerOptions::new();
        options.first_pipe_instance(first).reject_remote_clients(true).pipe_mode(PipeMode::Byte);
        // SAFETY: the attributes and their descriptor outlive the call.
        unsafe { options.create_with_security_attributes_raw(pipe, (&raw mut attributes).cast()) }
    }
}
