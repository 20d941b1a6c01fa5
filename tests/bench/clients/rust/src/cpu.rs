//! What the machine spends.

use std::time::Duration;

use crate::Error;

/// The CPU time of this process so far, in steps of 10 ms.
pub fn used() -> Result<Duration, Error> {
    const TICK: Duration = Duration::from_millis(10);
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // After the name, which may hold anything: user and system time are the 12th and 13th field.
    let (_, fields) = stat.rsplit_once(')').ok_or("no process name")?;
    let mut times = fields.split_whitespace().skip(11).map(str::parse::<u32>);
    let mut next = || times.next().ok_or("too few fields");
    Ok(TICK * (next()?? + next()??))
}

/// The load average of the last minute.
pub fn load_average() -> Result<String, Error> {
    let text = std::fs::read_to_string("/proc/loadavg")?;
    Ok(text.split(' ').next().unwrap_or_default().to_owned())
}
