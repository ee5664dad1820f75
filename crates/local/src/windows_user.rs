//! What Windows says about the user and the login session of this process.
#![expect(unsafe_code, reason = "the system's functions take pointers")]

use std::io;
use std::ptr::null_mut;
use windows_sys::Win32::Foundation::{CloseHandle, LocalFree};
use windows_sys::Win32::Security::Authorization::ConvertSidToStringSidW;
use windows_sys::Win32::Security::{GetTokenInformation, TOKEN_QUERY, TOKEN_USER, TokenUser};
use windows_sys::Win32::System::RemoteDesktop::ProcessIdToSessionId;
use windows_sys::Win32::System::Threading::{GetCurrentProcess, GetCurrentProcessId, OpenProcessToken};

/// Words of 8 bytes for a user's id and the header before it: the longest id has 68 bytes.
const USER_WORDS: usize = 32;

/// The system's last error if a function returned 0.
pub(crate) fn check(done: i32) -> io::Result<()> {
    if done == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// The user's id as text (`S-1-5-…`).
///
/// # Errors
///
/// What the system says.
pub(crate) fn user_sid() -> io::Result<String> {
    let mut token = null_mut();
    // SAFETY: it writes the handle to the given address.
    check(unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) })?;
    let mut buffer = [0_u64; USER_WORDS];
    let mut length = 0;
    let bytes = u32::try_from(size_of_val(&buffer)).expect("it is small");
    // SAFETY: the buffer is as long as it says, and aligned for what is written; the handle was opened above and is not used
    // after it is closed.
    let told = check(unsafe {
        let told = GetTokenInformation(token, TokenUser, buffer.as_mut_ptr().cast(), bytes, &raw mut length);
        CloseHandle(token);
        told
    });
    told?;
    let mut text = null_mut();
    // SAFETY: the system has put a `TOKEN_USER` there, whose id is in the same buffer.
    check(unsafe {
        ConvertSidToStringSidW((*buffer.as_ptr().cast::<TOKEN_USER>()).User.Sid, &raw mut text)
    })?;
    // SAFETY: the text ends with 0, and is freed once, as the function requires.
    unsafe {
        let length = (0..).take_while(|at| *text.add(*at) != 0).count();
        let sid = String::from_utf16_lossy(std::slice::from_raw_parts(text, length));
        LocalFree(text.cast());
        Ok(sid)
    }
}

/// The number of the login session.
///
/// # Errors
///
/// What the system says.
pub(crate) fn login_session() -> io::Result<u32> {
    let mut session = 0;
    // SAFETY: it writes one number to the given address.
    check(unsafe { ProcessIdToSessionId(GetCurrentProcessId(), &raw mut session) })?;
    Ok(session)
}
