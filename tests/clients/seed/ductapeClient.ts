import Ductape from 'ductape-sdk';

const ductape = new Ductape({ address: process.env.DUCTAPE_JOBS_ADDRESS });

export default ductape;
