export { createFlightRecorder, type FlightRecorder, type FlightRecorderOptions } from './recorder/flight-recorder.ts';
