use reqwest_0_12 as reqwest;
include!("../suite.rs");
